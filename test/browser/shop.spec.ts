import type { Page } from '@playwright/test'
import { chatOn, expect, test } from './demo-fixture.ts'

/** Everything of the page that a script or a person could find a text in. */
function everythingOn(page: Page): Promise<string> {
  return page.evaluate(async () => {
    const databases = await indexedDB.databases()
    const texts: string[] = [
      JSON.stringify({ ...localStorage }),
      JSON.stringify({ ...sessionStorage }),
      document.cookie,
    ]
    const visit = (node: Node) => {
      if (node instanceof Element) {
        texts.push(...[...node.attributes].map(({ value }) => value))
        if (node.shadowRoot) visit(node.shadowRoot)
      }
      if (node instanceof HTMLTextAreaElement || node instanceof HTMLInputElement) texts.push(node.value)
      if (node instanceof Text) texts.push(node.data)
      for (const child of node.childNodes) visit(child)
    }
    visit(document)
    for (const { name } of databases) {
      if (name === undefined) continue
      const database = await new Promise<IDBDatabase>((resolve, reject) => {
        const opening = indexedDB.open(name)
        opening.onsuccess = () => resolve(opening.result)
        opening.onerror = () => reject(opening.error)
      })
      for (const store of database.objectStoreNames) {
        const all = await new Promise<unknown>((resolve) => {
          const reading = database.transaction(store).objectStore(store).getAll()
          reading.onsuccess = () => resolve(reading.result)
        })
        texts.push(JSON.stringify(all))
      }
      database.close()
    }
    return texts.join('\n')
  })
}

test.describe('logged-in shop', () => {
  test('A and B never see each other, and a chat follows its user into another browser', async ({
    browser,
    page,
    demo,
    chat,
  }) => {
    await page.goto(`${demo.url}/shop`)
    await page.getByRole('button', { name: 'Sign in as Ann' }).click()
    await page.getByText('Signed in as Ann').waitFor()
    await chat.launcher.click()
    await chat.ask('My name is Canary-Ann, I am 30')

    const other = await browser.newContext()
    const bobsPage = await other.newPage()
    const bob = chatOn(bobsPage, demo)
    await bobsPage.goto(`${demo.url}/shop`)
    await bobsPage.getByRole('button', { name: 'Sign in as Bo' }).click()
    await bobsPage.getByText('Signed in as Bo').waitFor()
    await bob.launcher.click()
    await bob.ask('What is my name?')
    await expect(bob.log).not.toContainText('Canary-Ann')
    await other.close()

    const elsewhere = await browser.newContext()
    const secondPage = await elsewhere.newPage()
    const ann = chatOn(secondPage, demo)
    await secondPage.goto(`${demo.url}/shop`)
    await secondPage.getByRole('button', { name: 'Sign in as Ann' }).click()
    await secondPage.getByText('Signed in as Ann').waitFor()
    await ann.launcher.click()
    await expect(ann.log).toContainText('Canary-Ann')
    await elsewhere.close()
  })

  test('F24, T20: after logout nothing of A is in the page or its storage, and B starts empty', async ({
    page,
    demo,
    chat,
  }) => {
    await page.goto(`${demo.url}/shop`)
    await page.getByRole('button', { name: 'Sign in as Ann' }).click()
    await page.getByText('Signed in as Ann').waitFor()
    await chat.launcher.click()
    await chat.ask('My name is Canary-Ann, I am 30')
    await chat.composer.fill('Canary-draft')
    expect(await everythingOn(page)).toContain('Canary-Ann')

    await page.getByRole('button', { name: 'Sign out' }).click()
    await page.getByText('Not signed in').waitFor()
    await expect.poll(() => everythingOn(page)).not.toMatch(/Canary-(Ann|draft)/)

    await page.getByRole('button', { name: 'Sign in as Bo' }).click()
    await page.getByText('Signed in as Bo').waitFor()
    await chat.ask('What is my name?')
    expect(await everythingOn(page)).not.toContain('Canary-Ann')
  })
})
