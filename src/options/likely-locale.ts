/**
 * Language, script and region of a tag. What is unsaid is filled in by what is most likely: `zh-HK` is written in traditional characters,
 * `ur` in Arabic ones. Cantonese counts as Chinese, since both are written the same.
 *
 * @param tag BCP 47; pages write `pt_BR`, too. What is none must not break the chat, and has no parts.
 * @example likelyLocale('zh-TW') // ['zh', 'Hant', 'TW']
 */
export function likelyLocale(tag: string): readonly (string | undefined)[] {
  try {
    return new Intl.Locale(tag.replaceAll('_', '-')).maximize().baseName.replace('yue', 'zh').split('-')
  } catch {
    return []
  }
}
