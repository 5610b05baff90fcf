/** The ids that the name of a test begins with: `F21, F23: a refresh …` → `['F21', 'F23']`. */
export function idsOf(name) {
  const [lead = ''] = /^(?:[TF]\d+(?:[,:/&\s]+|$)(?:and\s+)?)+/.exec(name) ?? []
  return lead.match(/[TF]\d+/g) ?? []
}
