import { describe, expect, it } from 'vitest'
import { SIMULATOR_IDS } from '../../../src/simulator/index.ts'
import { useSimulator } from '../support.ts'

const { botId } = SIMULATOR_IDS
const world = useSimulator()

const get = async (path: string) => (await world.visitor.json('GET', path)).body

describe('files and audio', () => {
  it.each<[string, File[], number]>([
    ['no file', [], 4300],
    ['two files', [new File(['a'], 'a.txt'), new File(['b'], 'b.txt')], 4301],
    ['a program', [new File(['a'], 'setup.exe')], 4303],
    ['an empty file', [new File([], 'empty.txt')], 4304],
  ])('refuses %s', async (_what, files, expected) => {
    expect((await (await world.visitor.upload('/v1/files/upload', ...files)).json()).code).toBe(expected)
  })

  it('hears the same words in the same recording', async () => {
    const hear = async () =>
      (await (await world.visitor.upload('/v1/audio/transcriptions', new File(['sound'], 'a.webm'))).json()).data.text
    expect(await hear()).toMatch(/\w/)
    expect(await hear()).toBe(await hear())
  })

  it('speaks real WAV, at the sample rate asked for under either spelling', async () => {
    const rate = async (body: object) => {
      const response = await world.visitor.request('POST', '/v1/audio/speech', {
        input: 'Hello',
        voice_id: '1',
        ...body,
      })
      expect(response.headers.get('content-type')).toBe('audio/wav')
      const view = new DataView(await response.arrayBuffer())
      expect(view.getUint32(4, true)).toBe(view.byteLength - 8)
      return view.getUint32(24, true)
    }
    expect([await rate({}), await rate({ sample_rate: 16_000 }), await rate({ sampling_rate: 8_000 })]).toEqual([
      24_000, 16_000, 8_000,
    ])
    expect(
      (await world.visitor.json('POST', '/v1/audio/speech', { input: '长'.repeat(342), voice_id: '1' })).body,
    ).toMatchObject({ code: 4000 })
  })

  it('lists voices and opens rooms', async () => {
    expect(await get('/v1/audio/voices')).toMatchObject({
      data: { has_more: false, voice_list: [{ language_code: 'zh' }, {}] },
    })
    expect((await world.visitor.json('POST', '/v1/audio/rooms', { bot_id: botId })).body).toMatchObject({
      data: { room_id: expect.any(String) },
    })
  })
})
