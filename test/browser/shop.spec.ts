import { chatOn, expect, signIn, test } from './demo-fixture.ts'
import { everythingOn } from './everything-on.ts'

test.describe('logged-in shop', () => {
  test('A and B never see each other, and a chat follows its user into another browser', async ({
    browser,
    page,
    demo,
    chat,
  }) => {
    await signIn(page, demo, 'Ann')
    await chat.launcher.click()
    await chat.ask('My name is Canary-Ann, I am 30')

    const other = await browser.newContext()
    const bobsPage = await other.newPage()
    const bob = chatOn(bobsPage, demo)
    await signIn(bobsPage, demo, 'Bo')
    await bob.launcher.click()
    await bob.ask('What is my name?')
    await expect(bob.log).not.toContainText('Canary-Ann')
    await other.close()

    const elsewhere = await browser.newContext()
    const secondPage = await elsewhere.newPage()
    const ann = chatOn(secondPage, demo)
    await signIn(secondPage, demo, 'Ann')
    await ann.launcher.click()
    await expect(ann.log).toContainText('Canary-Ann')
    await elsewhere.close()
  })

  test('F24, T20: after logout nothing of A is in the page or its storage, and B starts empty', async ({
    page,
    demo,
    chat,
  }) => {
    await signIn(page, demo, 'Ann')
    await chat.launcher.click()
    await chat.ask('My name is Canary-Ann, I am 30')
    await chat.composer.fill('Canary-draft')
    expect(await page.evaluate(everythingOn)).toContain('Canary-Ann')

    await page.getByRole('button', { name: 'Sign out' }).click()
    await page.getByText('Not signed in').waitFor()
    await expect.poll(() => page.evaluate(everythingOn)).not.toMatch(/Canary-(Ann|draft)/)

    await signIn(page, demo, 'Bo')
    await chat.ask('What is my name?')
    expect(await page.evaluate(everythingOn)).not.toContain('Canary-Ann')
  })
})
