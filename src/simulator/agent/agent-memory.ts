/** What the agent learns from the sentences of one conversation, and what it answers from that. Pure. */
import type { Language } from '../world/language.ts'

export interface Facts {
  name?: string
  age?: string
  job?: string
  /** Other people the visitor spoke of: name → what they are. */
  people: Map<string, string>
}

const NOT_A_NAME = /什么|谁|啥|多大|几岁|哪|怎么|来|想|要|在|不|你|他|她|们|一[个名位]|这|那/u
const JOB_ENDING = '(?:员|师|生|家|手|工|医|警察|农民|导|编辑|经理|老板|店长)'

const ZH_NAME =
  /我(?:叫|的名字(?:是|叫))\s*([\p{Script=Han}]{2,4}?|[A-Za-z][\w-]{0,20})(?=[\s，,。.！!、；;~]|今年|而且|我|是|$)/u
const ZH_I_AM = /我是\s*([\p{Script=Han}]{2,4}|[\p{Script=Han}]{0,4}[A-Za-z][\w-]{0,20})(?=[\s，,。.！!、；;~]|$)/u
const ZH_AGE = /(?:^|[我\s，,。.！!、；;]|今年)(?:今年)?\s*(\d{1,3}|[一二三四五六七八九十]{1,4})\s*周?岁/u
const ZH_JOB = new RegExp(
  `(?:我|^|[，,。\\s])(?:的职业)?(?:是|当)(?:一?[名位个])?([\\p{Script=Han}A-Za-z]{0,8}${JOB_ENDING})(?=[\\s，,。.！!、；;~]|$)`,
  'u',
)
const ZH_OTHER =
  /(?:^|[\s，,。；;])(?:我的?朋友)?([\p{Script=Han}]{2,3}?)是(?:我的?)?(?:一?[名位个])?([\p{Script=Han}A-Za-z]{1,10})(?=[\s，,。.！!；;]|$)/u

// Without regard to case where it introduces, with regard to it in a name: "and" is no second name.
const EN_NAME = /\b(?:[Mm]y name(?:['’]s| is)|[Cc]all me)\s+(\p{L}[\p{L}'’-]*(?: \p{Lu}[\p{L}'’-]*)?)/u
const EN_I_AM = /\b[Ii](?:['’]m| am)\s+(\p{Lu}[\p{L}'’-]+(?: \p{Lu}[\p{L}'’-]*)?)(?=[,.!;]|\s+(?:and\b|[-–(])|$)/u
/** In small letters a name is told from "happy" by the age behind it. */
const EN_NAME_AND_AGE =
  /\b(?:name(?:['’]s| is)|call me|I(?:['’]m| am))\s+(\p{L}[\p{L}'’-]*)(?: \p{L}[\p{L}'’-]*)?(?:,?\s+and|,|\s+[-–(])\s*(?:(?:I(?:['’]m| am)|my age is)\s+)?(\d{1,3})(?=\s*(?:[,.!;)]|and\b|years?\b|$))/iu
const EN_AGE = /\b(?:I(?:['’]m| am)(?: now)?|aged?|my age is)\s+(\d{1,3})\b|\b(\d{1,3}) years old/i
const EN_JOB =
  /\b(?:I(?:['’]m| am)|I work as|and(?: am)?) an? ([a-z][a-z -]{2,30}?)(?=[,.!;]|\s+(?:and|from|in|at|who)\b|$)/i
const EN_OTHER = /(?:^|[.,;]\s*|\bfriend )([A-Z][\p{L}'-]+) is (?:an? |the |my )?([a-z][a-z -]{2,30}?)(?=[,.!;]|$)/u
/** "I am from Spain and 25" names nobody. */
const EN_NO_NAME = /^(?:an?|the|not|now|just|only|about|almost|over|under|from|in|at|on|here|so|very|too)$/i
const EN_PRONOUN = /^(?:he|she|it|this|that|what|who|where|when|how|why|there|name|my|here)$/i

const QUESTION = /[?？]|吗|呢$|是谁|什么/u

/**
 * @param sentences what the visitor said, oldest first; a later statement replaces an earlier one
 * @param known facts from the session's variables: `name`, `age`, `job`
 */
export function learn(sentences: readonly string[], known: Record<string, string> = {}): Facts {
  const facts: Facts = { people: new Map() }
  if (known['name'] !== undefined) facts.name = known['name']
  if (known['age'] !== undefined) facts.age = known['age']
  if (known['job'] !== undefined) facts.job = known['job']
  for (const sentence of sentences) learnFrom(sentence, facts)
  return facts
}

function learnFrom(sentence: string, facts: Facts): void {
  const job = ZH_JOB.exec(sentence)?.[1] ?? EN_JOB.exec(sentence)?.[1]
  const nameAndAge = EN_NAME_AND_AGE.exec(sentence)
  const iAm = ZH_I_AM.exec(sentence)?.[1]
  const names = [
    ZH_NAME.exec(sentence)?.[1],
    EN_NAME.exec(sentence)?.[1],
    iAm === job ? undefined : iAm,
    EN_I_AM.exec(sentence)?.[1],
    nameAndAge?.[1],
  ]
  const name = names.find(
    (candidate) => candidate !== undefined && !NOT_A_NAME.test(candidate) && !EN_NO_NAME.test(candidate),
  )
  const age = EN_AGE.exec(sentence)
  const years = ZH_AGE.exec(sentence)?.[1] ?? age?.[1] ?? age?.[2] ?? nameAndAge?.[2]
  if (name !== undefined) facts.name = name
  if (years !== undefined) facts.age = years
  if (job !== undefined && !QUESTION.test(sentence)) facts.job = job
  if (QUESTION.test(sentence)) return
  const other = ZH_OTHER.exec(sentence) ?? EN_OTHER.exec(sentence)
  const [, who, what] = other ?? []
  if (
    who !== undefined &&
    what !== undefined &&
    !NOT_A_NAME.test(who) &&
    !/[我你他她]/u.test(who) &&
    !EN_PRONOUN.test(who)
  ) {
    facts.people.set(who, what)
  }
}

/** The answer to a question about what was said, or to an introduction; undefined for any other question. */
export function answerFromMemory(question: string, facts: Facts, language: Language): string | undefined {
  return language === 'zh' ? answerZh(question, facts) : answerEn(question, facts)
}

function answerZh(question: string, { name, age, job, people }: Facts): string | undefined {
  const parts: string[] = []
  if (/我(?:现在)?叫(?:什么|啥)|我是谁|我的名字(?:是什么|呢)?[?？]|(?:记得|知道)我(?:叫|是谁|的名字)/u.test(question)) {
    parts.push(name === undefined ? '你还没有告诉我你的名字' : `你叫${name}`)
  }
  if (/我(?:今年)?(?:多大|几岁|多少岁)|我的年龄|(?:记得|知道)我多大/u.test(question)) {
    parts.push(age === undefined ? '你还没有说过自己的年龄' : `你今年 ${age} 岁`)
  }
  if (/我(?:是)?(?:做|干)什么(?:的|工作)|我的(?:职业|工作)(?:是什么)?[?？]/u.test(question)) {
    parts.push(job === undefined ? '你还没有提过自己的职业' : `你是${job}`)
  }
  if (parts.length > 0) return `${parts.join('，')}。`

  const who =
    /([\p{Script=Han}]{2,4}|[A-Za-z][\w-]*)是谁/u.exec(question)?.[1] ??
    /谁是([\p{Script=Han}]{2,4}|[A-Za-z][\w-]*)/u.exec(question)?.[1]
  if (who !== undefined && !/[我你他她]/u.test(who)) {
    if (who === name) return job === undefined ? `${who}就是你呀。` : `${who}就是你呀，你是${job}。`
    const what = people.get(who)
    return what === undefined ? `我不认识${who}，在我们的对话里你还没有提到过这个人。` : `你告诉过我：${who}是${what}。`
  }
  const told = learn([question])
  if (QUESTION.test(question) || (told.name === undefined && told.age === undefined && told.job === undefined))
    return undefined
  const remembered = [told.age !== undefined && ` ${told.age} 岁`, told.job !== undefined && `是${told.job}`].filter(
    (part) => part !== false,
  )
  const greeting = told.name === undefined ? '好的' : `你好，${told.name}！很高兴认识你`
  return remembered.length === 0
    ? `${greeting}。有什么可以帮你的吗？`
    : `${greeting}。我记住了：你${remembered.join('，')}。有什么可以帮你的吗？`
}

function answerEn(question: string, { name, age, job, people }: Facts): string | undefined {
  const parts: string[] = []
  if (/what(?:['’]s| is) my name|who am i\b|(?:remember|know) my name/i.test(question)) {
    parts.push(name === undefined ? 'you have not told me your name yet' : `your name is ${name}`)
  }
  if (/how old am i\b|what(?:['’]s| is) my age/i.test(question)) {
    parts.push(age === undefined ? 'you have not told me your age' : `you are ${age} years old`)
  }
  if (/what do i do\b|what(?:['’]s| is) my (?:job|profession)/i.test(question)) {
    parts.push(job === undefined ? 'you have not mentioned your job' : `you are ${withArticle(job)}`)
  }
  if (parts.length > 0) return sentence(parts.join(', and '))

  const who = /\b[Ww]ho(?:['’]s| is) ([A-Z][\p{L}'-]*)/u.exec(question)?.[1]
  if (who !== undefined) {
    if (who === name) return job === undefined ? `${who} is you!` : `${who} is you, and you are ${withArticle(job)}.`
    const what = people.get(who)
    return what === undefined
      ? `I do not know ${who}: nobody of that name has come up in our conversation.`
      : `You told me that ${who} is ${withArticle(what)}.`
  }
  const told = learn([question])
  if (QUESTION.test(question) || (told.name === undefined && told.age === undefined && told.job === undefined))
    return undefined
  const remembered = [
    told.age !== undefined && `you are ${told.age}`,
    told.job !== undefined && `you are ${withArticle(told.job)}`,
  ].filter((part) => part !== false)
  const greeting = told.name === undefined ? 'Got it' : `Nice to meet you, ${told.name}`
  return remembered.length === 0
    ? `${greeting}! How can I help?`
    : `${greeting}! I will remember that ${remembered.join(' and ')}. How can I help?`
}

function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`
}

function withArticle(noun: string): string {
  return /^(?:an?|the|my|your) /i.test(noun) ? noun : `${/^[aeiou]/i.test(noun) ? 'an' : 'a'} ${noun}`
}
