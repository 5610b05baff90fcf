/** What the launcher's extras say. The site's owner replaces a word by `strings: { 'launcher.<key>': … }`. */
import { type OtherLanguage, partWords } from './match-language.ts'

const en = {
  dismiss: 'Dismiss',
  move: 'Move this button',
  moveHint: 'Arrow keys move this button, Home puts it back',
  otherSide: 'To the other side',
  higher: 'Higher up',
  putBack: 'Put back',
}

export type LauncherWords = Readonly<typeof en>

const LANGUAGES: Readonly<Record<OtherLanguage, LauncherWords>> = {
  'zh-Hans': {
    dismiss: '关闭提示',
    move: '移动此按钮',
    moveHint: '按方向键移动此按钮，按 Home 键复位',
    otherSide: '移到另一侧',
    higher: '上移',
    putBack: '复位',
  },
  'zh-Hant': {
    dismiss: '關閉提示',
    move: '移動此按鈕',
    moveHint: '按方向鍵移動此按鈕，按 Home 鍵復位',
    otherSide: '移到另一側',
    higher: '上移',
    putBack: '復位',
  },
  ja: {
    dismiss: '閉じる',
    move: 'このボタンを移動',
    moveHint: '矢印キーで移動、Home キーで元の位置に戻します',
    otherSide: '反対側へ移動',
    higher: '上へ移動',
    putBack: '元の位置に戻す',
  },
  ko: {
    dismiss: '닫기',
    move: '이 버튼 옮기기',
    moveHint: '화살표 키로 옮기고 Home 키로 되돌려요',
    otherSide: '반대쪽으로',
    higher: '위로',
    putBack: '되돌리기',
  },
  es: {
    dismiss: 'Descartar',
    move: 'Mover este botón',
    moveHint: 'Las flechas mueven este botón; Inicio lo devuelve a su lugar',
    otherSide: 'Al otro lado',
    higher: 'Más arriba',
    putBack: 'Devolver a su lugar',
  },
  de: {
    dismiss: 'Ausblenden',
    move: 'Diese Schaltfläche verschieben',
    moveHint: 'Pfeiltasten verschieben diese Schaltfläche, Pos1 stellt sie zurück',
    otherSide: 'Auf die andere Seite',
    higher: 'Weiter nach oben',
    putBack: 'Zurückstellen',
  },
  fr: {
    dismiss: 'Masquer',
    move: 'Déplacer ce bouton',
    moveHint: 'Les flèches déplacent ce bouton, Début le remet à sa place',
    otherSide: 'De l’autre côté',
    higher: 'Plus haut',
    putBack: 'Remettre à sa place',
  },
  pt: {
    dismiss: 'Dispensar',
    move: 'Mover este botão',
    moveHint: 'As setas movem este botão; Home o devolve ao lugar',
    otherSide: 'Para o outro lado',
    higher: 'Mais acima',
    putBack: 'Devolver ao lugar',
  },
  ru: {
    dismiss: 'Скрыть',
    move: 'Переместить кнопку',
    moveHint: 'Стрелки перемещают кнопку, Home возвращает её на место',
    otherSide: 'На другую сторону',
    higher: 'Выше',
    putBack: 'Вернуть на место',
  },
  ar: {
    dismiss: 'إخفاء',
    move: 'نقل هذا الزر',
    moveHint: 'مفاتيح الأسهم تنقل هذا الزر، ومفتاح Home يعيده إلى مكانه',
    otherSide: 'إلى الجانب الآخر',
    higher: 'إلى أعلى',
    putBack: 'إعادة إلى مكانه',
  },
  vi: {
    dismiss: 'Ẩn',
    move: 'Di chuyển nút này',
    moveHint: 'Phím mũi tên di chuyển nút này, phím Home đưa về chỗ cũ',
    otherSide: 'Sang bên kia',
    higher: 'Lên cao hơn',
    putBack: 'Đưa về chỗ cũ',
  },
}

/**
 * English where a language has no words here.
 * @param lang BCP 47 tag
 * @param replaced the owner's `strings`
 */
export function launcherWords(lang: string, replaced?: Readonly<Record<string, string>>): LauncherWords {
  return partWords(en, LANGUAGES, 'launcher', { lang, strings: replaced })
}
