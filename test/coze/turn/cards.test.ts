import { describe, expect, it } from 'vitest'
import { createCardReader } from '../../../src/coze/turn/cards.ts'
import { createPart } from '../../../src/platform/part.ts'
import { bundledParts } from '../../../src/widget/bundled-parts.ts'

const card = JSON.stringify({ title: 'Weather', response_for_model: 'It is sunny.' })

describe('a reader of cards', () => {
  it('shows what the model was told where its code cannot be loaded, and tries again with the next card', async () => {
    let broken = true
    const cards = createCardReader(
      createPart(async () => {
        if (broken) throw new TypeError('Failed to fetch')
        return bundledParts.cards.load()
      }),
    )
    await cards.prepare()
    expect(cards.read(card)).toEqual({ text: 'It is sunny.', messages: [] })
    expect(cards.read('no json')).toEqual({ text: '', messages: [] })
    broken = false
    await cards.prepare()
    expect(cards.read(card).text).toBe('**Weather**')
  })
})
