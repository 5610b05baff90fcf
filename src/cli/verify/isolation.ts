import { type Attack, hole, notApplicable, ok } from './attack.ts'

/** The test of Coze's session isolation guide (its question 4), and the attacks that the guide does not try. */
export const GUIDE_CONVERSATION: Attack = {
  id: 'guide',
  title: 'Two visitors talk to the agent',
  tried:
    'A says 我叫张三，我25岁; B says 我叫李四，我是程序员; A asks 我叫什么名字？我多大？ and 李四是谁？; B goes for the conversation of A',
  cure: 'Give each visitor a token of their own: session_name in the signed JWT, derived on the server from an identity that it has checked.',
  async run({ strangers, coze, target }) {
    if (target === undefined) return notApplicable('this check needs --bot-id, or --app-id and --workflow-id')
    const [a, b] = strangers()
    const conversationOfA = await coze.createConversation(await a.token())
    const conversationOfB = await coze.createConversation(await b.token())
    const asA = async (text: string) => coze.say(await a.token(), conversationOfA, text)

    await asA('你好,我叫张三,我25岁')
    await coze.say(await b.token(), conversationOfB, '你好,我叫李四,我是程序员')
    const remembered = await asA('我叫什么名字?我多大?')
    if (!remembered.includes('张三') || !remembered.includes('25')) {
      return hole('the agent has forgotten what A said: the renewed token of A belongs to another session')
    }
    if ((await asA('李四是谁?')).includes('程序员')) return hole('A is told what B said')
    const ways = await coze.waysInto(await b.token(), conversationOfA)
    if (ways.length > 0) return hole(`B holds the id of the conversation of A and can ${ways.join(', ')}`)
    return ok('A is remembered, knows nothing of B, and B cannot open, read, find or continue the conversation of A')
  },
}
