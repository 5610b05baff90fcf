/** The words that are needed before the chat is loaded: name, close, field, and what is said when the chat does not come. */
import { matchLanguage, OTHER_LANGUAGES } from './match-language.ts'

/** By these keys the site's owner replaces them. */
const KEYS = ['launcher.name', 'close', 'placeholder', 'launcher.failed'] as const

const ENGLISH = ['Chat', 'Close', 'Type a message…', 'The chat did not load. Try again']

type TextForEach<Names extends readonly unknown[]> = { readonly [Index in keyof Names]: string }

/**
 * A row for each of {@link OTHER_LANGUAGES} in their order, and in it the words in the order of {@link KEYS}. What is left out is as in
 * English.
 */
const WORDS: TextForEach<typeof OTHER_LANGUAGES> = [
  '聊天|收起聊天|输入消息…|聊天加载失败，点击重试',
  '聊天|收合聊天|輸入訊息…|聊天載入失敗，點擊重試',
  'チャット|閉じる|メッセージを入力…|再試行',
  '채팅|닫기|메시지를 입력하세요…|다시 시도',
  '|Cerrar|Escribe un mensaje…|Reintentar',
  '|Schließen|Nachricht schreiben …|Erneut versuchen',
  '|Fermer|Écrivez un message…|Réessayer',
  '|Fechar|Escreva uma mensagem…|Tentar de novo',
  'Чат|Закрыть|Введите сообщение…|Повторить',
  'الدردشة|إغلاق|اكتب رسالة…|إعادة المحاولة',
  '|Đóng|Nhập tin nhắn…|Thử lại',
]

interface Wording {
  /** BCP 47 tag. */
  readonly lang: string
  /** Words of the site's owner, by key. */
  readonly strings?: Readonly<Record<string, string>> | undefined
}

export interface EmbedWords {
  /** One name for open and closed, since `aria-expanded` says which. */
  readonly name: string
  readonly close: string
  readonly placeholder: string
  readonly failed: string
  readonly dir: 'ltr' | 'rtl'
}

/** English where a language has no words here. */
export function embedWords({ lang, strings = {} }: Wording): EmbedWords {
  const { language, dir } = matchLanguage(lang)
  const words = language ? WORDS[OTHER_LANGUAGES.indexOf(language)]?.split('|') : undefined
  const [name, close, placeholder, failed] = ENGLISH.map(
    (word, index) => strings[KEYS[index] ?? ''] || words?.[index] || word,
  )
  return { name, close, placeholder, failed, dir } as EmbedWords
}
