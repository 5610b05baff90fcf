import { listed, say } from '../say.ts'
import { type Attack, hole, notApplicable, ok } from './attack.ts'

/** The test of Coze's session isolation guide (its question 4), and the attacks that the guide does not try. */
export const GUIDE_CONVERSATION: Attack = {
  id: 'guide',
  title: () => say('Two visitors talk to the agent', '两位访客与智能体对话'),
  tried: () =>
    say(
      'A says 我叫张三，我25岁; B says 我叫李四，我是程序员; A asks 我叫什么名字？我多大？ and 李四是谁？; B goes for the conversation of A',
      'A 说“我叫张三，我25岁”；B 说“我叫李四，我是程序员”；A 问“我叫什么名字？我多大？”和“李四是谁？”；B 试图进入 A 的对话',
    ),
  cure: () =>
    say(
      'Give each visitor a token of their own: session_name in the signed JWT, derived on the server from an identity that it has checked.',
      '给每位访客各自的令牌：在签名的 JWT 中写入 session_name，由服务器根据已验证的身份推导。',
    ),
  async run({ strangers, coze, target }) {
    if (target === undefined)
      return notApplicable(
        say(
          'this check needs --bot-id, or --app-id and --workflow-id',
          '此项检查需要 --bot-id，或 --app-id 和 --workflow-id',
        ),
      )
    const [a, b] = strangers()
    const conversationOfA = await coze.createConversation(await a.token())
    const conversationOfB = await coze.createConversation(await b.token())
    const asA = async (text: string) => coze.ask(await a.token(), conversationOfA, text)

    await asA('你好,我叫张三,我25岁')
    await coze.ask(await b.token(), conversationOfB, '你好,我叫李四,我是程序员')
    const remembered = await asA('我叫什么名字?我多大?')
    if (!remembered.includes('张三') || !remembered.includes('25')) {
      return hole(
        say(
          'the agent has forgotten what A said: the renewed token of A belongs to another session',
          '智能体忘了 A 说过的话：A 续期后的令牌属于另一个会话',
        ),
      )
    }
    if ((await asA('李四是谁?')).includes('程序员')) return hole(say('A is told what B said', 'A 得知了 B 说过的话'))
    const ways = await coze.waysInto(await b.token(), conversationOfA)
    if (ways.length > 0)
      return hole(
        say(
          `B holds the id of the conversation of A and can ${listed(ways)}`,
          `B 拿着 A 的对话 ID，可以${listed(ways)}`,
        ),
      )
    return ok(
      say(
        'A is remembered, knows nothing of B, and B cannot open, read, find or continue the conversation of A',
        '智能体记得 A，A 对 B 一无所知；B 打不开、读不到、找不到，也无法继续 A 的对话',
      ),
    )
  },
}
