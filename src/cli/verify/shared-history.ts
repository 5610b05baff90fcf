/** Whether the service gives two strangers one history, which is the hole that most attacks on identities look for. */
import { say } from '../say.ts'
import { NotJudgeable, type Scene } from './scene.ts'
import type { ProbeRequest } from './token-endpoint-probe.ts'

/** Whether two strangers who send the same request get one history. */
export async function givesOneHistory({ strangers, coze }: Scene, request: ProbeRequest): Promise<boolean> {
  const [a, b] = strangers()
  const [one, other] = [await a.ask(request), await b.ask(request)]
  if (one.token === undefined || other.token === undefined) return false
  return coze.shareHistory(one.token, other.token)
}

/** @throws NotJudgeable where two strangers share one history whatever they send */
export async function requireSeparateStrangers({ strangers, coze }: Scene): Promise<void> {
  const [a, b] = strangers()
  if (await coze.shareHistory(await a.token(), await b.token())) {
    throw new NotJudgeable(
      say(
        'two strangers share one history whatever they send, see "guide"',
        '互不相干的两位访客无论发送什么，都共用一份历史，见 "guide"',
      ),
    )
  }
}
