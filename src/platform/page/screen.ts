/** What kind of screen the page is on, where scripts must know it. */

/** Where the chat takes the whole screen; the same condition as in `element.css`. */
export const SMALL_SCREEN = '(max-width:480px),(max-height:420px),(max-device-width:480px)'

/** False where a focused field may call up a keyboard on the screen, which covers half of what one reads. */
export const hasOwnKeyboard = (): boolean => matchMedia('(hover)').matches
