/** The topics of the shop assistant: how to recognise each, what to answer, and what a visitor might ask next. */
import type { Language } from '../world/language.ts'

interface Words {
  answer: string
  followUps: [string, string, string]
}

interface Topic {
  matches: RegExp
  /** Title in the knowledge base, for answers that are taken from there. */
  source?: Record<Language, string>
  zh: Words
  en: Words
}

const TOPICS: Topic[] = [
  {
    matches: /几点|营业|开门|关门|opening|hours|when do you (?:open|close)|\bopen\b/iu,
    source: { zh: '门店手册：营业时间', en: 'Store handbook: opening hours' },
    zh: {
      answer:
        '我们的营业时间是：\n\n- **周一至周五** 8:00 – 21:00\n- **周六、周日** 9:00 – 22:00\n\n节假日照常营业，最后点单在打烊前 30 分钟。',
      followUps: ['周日人多吗？', '可以预订座位吗？', '门店在哪里？'],
    },
    en: {
      answer:
        'We are open:\n\n- **Monday to Friday** 8:00 – 21:00\n- **Saturday and Sunday** 9:00 – 22:00\n\nLast orders are half an hour before closing, on holidays too.',
      followUps: ['Is Sunday busy?', 'Can I book a table?', 'Where is the shop?'],
    },
  },
  {
    matches: /推荐|豆子|手冲|咖啡豆|recommend|beans?\b|pour-?over|which coffee/iu,
    zh: {
      answer:
        '手冲的话，我最推荐 **埃塞俄比亚 耶加雪菲（水洗）**：\n\n1. 花香明亮，有柑橘和红茶的尾韵\n2. 浅度烘焙，适合 92 °C、粉水比 1:15\n3. 本周刚到的新豆，¥88 / 200 g\n\n如果你喜欢更醇厚的口感，可以试试 **云南 保山 日晒**。',
      followUps: ['耶加雪菲怎么冲？', '有没有低因的？', '满多少包邮？'],
    },
    en: {
      answer:
        'For a pour-over I would take our **Ethiopia Yirgacheffe (washed)**:\n\n1. Floral and bright, with citrus and a black-tea finish\n2. Light roast; 92 °C and 1:15 suit it well\n3. Roasted this week, €12 for 250 g\n\nIf you like more body, try the **Yunnan Baoshan natural**.',
      followUps: ['How do I brew it?', 'Do you have a decaf?', 'When is delivery free?'],
    },
  },
  {
    matches: /退|换货|售后|return|refund|exchange/iu,
    source: { zh: '售后政策 2026', en: 'Returns policy 2026' },
    zh: {
      answer:
        '退换货很简单：\n\n- **7 天内** 未拆封可无理由退货\n- 豆子有问题，**30 天内** 拍张照发给我就能补发\n- 器具享受 **1 年** 质保\n\n需要我现在帮你登记吗？',
      followUps: ['运费谁承担？', '退款多久到账？', '帮我登记退货'],
    },
    en: {
      answer:
        'Returns are simple:\n\n- Unopened goods within **14 days**, no questions asked\n- Something wrong with the beans? Send me a photo within **30 days** and we replace them\n- Equipment has a **one-year** guarantee\n\nShall I start one for you?',
      followUps: ['Who pays the postage?', 'When do I get my money back?', 'Start a return for me'],
    },
  },
  {
    matches: /快递|配送|发货|物流|包邮|deliver|shipping|postage/iu,
    source: { zh: '配送说明', en: 'Delivery notes' },
    zh: {
      answer: '下午 3 点前下单当天发货，一般 **1–3 天** 送达。订单满 ¥99 包邮，偏远地区加 ¥10。',
      followUps: ['可以指定快递吗？', '怎么查物流？', '能送到公司吗？'],
    },
    en: {
      answer:
        'Orders before 3 pm leave the same day and arrive in **1 to 3 days**. Delivery is free from €39, and a flat €4 below that.',
      followUps: ['Can I pick a carrier?', 'How do I track it?', 'Do you deliver to offices?'],
    },
  },
  {
    matches: /怎么冲|冲煮|冲泡|brew|grind|water temperature/iu,
    zh: {
      answer:
        '一杯好手冲只要四步：\n\n1. **15 g** 咖啡粉，中细研磨\n2. 92 °C 热水 **30 g** 闷蒸 30 秒\n3. 分两段注水到 **225 g**\n4. 2 分 15 秒左右滤完，摇一摇再喝\n\n> 太酸就磨细一点，太苦就磨粗一点。',
      followUps: ['推荐一款适合手冲的豆子', '没有温度计怎么办？', '冰手冲怎么做？'],
    },
    en: {
      answer:
        'A good pour-over takes four steps:\n\n1. **15 g** of coffee, ground medium-fine\n2. Bloom with **30 g** of water at 92 °C for 30 seconds\n3. Pour up to **225 g** in two goes\n4. It should be through after about 2:15; swirl and enjoy\n\n> Too sour? Grind finer. Too bitter? Grind coarser.',
      followUps: ['Which beans suit a pour-over?', 'What without a thermometer?', 'How about iced coffee?'],
    },
  },
  {
    matches: /谢谢|多谢|感谢|thank|thanks|cheers/iu,
    zh: {
      answer: '不客气！还有什么想了解的，随时问我 😊',
      followUps: ['推荐一款豆子', '怎么冲咖啡？', '你们几点开门？'],
    },
    en: {
      answer: 'You are welcome! Anything else, just ask 😊',
      followUps: ['Which beans do you recommend?', 'How do I brew it?', 'When do you open?'],
    },
  },
  {
    matches: /再见|拜拜|晚安|\bbye\b|goodbye|good night/iu,
    zh: { answer: '再见，祝你有美好的一天！☕', followUps: ['你们几点开门？', '怎么查物流？', '推荐一款豆子'] },
    en: {
      answer: 'Goodbye, and have a lovely day! ☕',
      followUps: ['When do you open?', 'How do I track my order?', 'Which beans do you recommend?'],
    },
  },
  {
    matches: /你是谁|你叫什么|介绍一下(?:你)?自己|who are you|your name|about yourself/iu,
    zh: {
      answer: '我是摩卡，港湾咖啡的线上店员。选豆子、查订单、问冲煮方法，都可以找我。',
      followUps: ['你能做什么？', '推荐一款豆子', '你们几点开门？'],
    },
    en: {
      answer: 'I am Mocha, the assistant of Harbour Coffee. I help with beans, orders and brewing.',
      followUps: ['What can you do?', 'Which beans do you recommend?', 'When do you open?'],
    },
  },
  {
    matches: /你(?:能|会|可以)(?:做|干)?(?:什么|啥)|有什么功能|what can you do|\bhelp\b/iu,
    zh: {
      answer:
        '我可以帮你：\n\n- ☕ **选豆子**：告诉我口味，我来推荐\n- 📦 **查订单**：配送、退换、发票\n- 📖 **教冲煮**：手冲、法压、冰咖啡\n\n输入 `/help` 还能看到全部演示指令。',
      followUps: ['推荐一款豆子', '怎么退换货？', '怎么冲咖啡？'],
    },
    en: {
      answer:
        'I can help you with:\n\n- ☕ **Beans**: tell me what you like and I will suggest some\n- 📦 **Orders**: delivery, returns, invoices\n- 📖 **Brewing**: pour-over, French press, iced coffee\n\nType `/help` to see every demo command.',
      followUps: ['Which beans do you recommend?', 'How do returns work?', 'How do I brew it?'],
    },
  },
  {
    matches: /笑话|joke/iu,
    zh: {
      answer: '咖啡豆为什么总是很淡定？因为它什么“研磨”都经历过了。',
      followUps: ['再来一个', '推荐一款豆子', '怎么冲咖啡？'],
    },
    en: {
      answer: 'How does a coffee bean say goodbye? “It has been a real grind.”',
      followUps: ['Another one', 'Which beans do you recommend?', 'How do I brew it?'],
    },
  },
  {
    matches: /^\s*(?:你好|您好|嗨|哈喽|早上好|下午好|晚上好|在吗|hi|hello|hey|good (?:morning|afternoon|evening))/iu,
    zh: {
      answer: '你好！很高兴见到你 ☕ 今天想喝点什么，还是有问题要问我？',
      followUps: ['推荐一款适合手冲的豆子', '你们几点开门？', '怎么退换货？'],
    },
    en: {
      answer: 'Hello! Good to see you ☕ Would you like a recommendation, or do you have a question?',
      followUps: ['Which beans suit a pour-over?', 'When do you open?', 'How do returns work?'],
    },
  },
]

export const GENERAL_FOLLOW_UPS: Record<Language, [string, string, string]> = {
  zh: ['推荐一款豆子', '你们几点开门？', '怎么退换货？'],
  en: ['Which beans do you recommend?', 'When do you open?', 'How do returns work?'],
}

export interface SmallTalk extends Words {
  source: string | undefined
}

export function smallTalk(question: string, language: Language): SmallTalk | undefined {
  const topic = TOPICS.find(({ matches }) => matches.test(question))
  return topic && { ...topic[language], source: topic.source?.[language] }
}

/** The answer to a question outside all topics. */
export function generalAnswer(question: string, language: Language): string {
  const quoted = question.length > 60 ? `${question.slice(0, 60)}…` : question
  return language === 'zh'
    ? `关于“${quoted}”，我知道的还不多。不过咖啡豆、订单和冲煮的事，我都可以帮上忙。`
    : `I do not know much about “${quoted}”, but I can help with beans, orders and brewing.`
}
