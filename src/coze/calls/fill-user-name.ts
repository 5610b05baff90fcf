/** Puts the visitor's name into a greeting. Without a name its comma goes too: "Hello, {{user_name}}!" becomes "Hello!". */
export function fillUserName(greeting: string, userName = ''): string {
  const pieces = greeting.split(/\{\{\s*user_name\s*\}\}/)
  const last = pieces.pop() ?? ''
  const before = userName ? pieces : pieces.map((piece) => piece.trimEnd().replace(/[,，、]$/, ''))
  return [...before, last].join(userName)
}
