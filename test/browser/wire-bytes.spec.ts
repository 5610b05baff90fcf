/** The budgets that a visitor feels, held on the wire: files and bytes as Chromium fetched them. */
import { expect, test } from './demo-fixture.ts'
import { countWireBytes, JOURNEYS, travel } from './wire-bytes.ts'

for (const journey of JOURNEYS) {
  const { name, most } = journey
  test(`${name} costs at most ${most.kilobytes} KB in ${most.files} files`, async ({ page, demo }) => {
    const { files, bytes } = await travel(page, demo, journey)
    console.log(`${name}: ${bytes} bytes in ${files.length} files (${files.join(', ')})`)
    expect(files.length, files.join(', ')).toBeLessThanOrEqual(most.files)
    expect(bytes).toBeLessThanOrEqual(most.kilobytes * 1000)
  })
}

test('a page nobody reaches into, and where nothing is fetched ahead, costs embed.js alone, at most 9.4 KB', async ({
  page,
  demo,
}) => {
  await page.addInitScript(() => Object.defineProperty(navigator, 'connection', { value: { saveData: true } }))
  const count = countWireBytes(page)
  await page.goto(demo.url)
  await page.waitForLoadState('networkidle')
  const { files, bytes } = await count()
  expect(files).toEqual(['embed.js'])
  expect(bytes).toBeLessThanOrEqual(9400)
})
