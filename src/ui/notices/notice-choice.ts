/** Whether a visitor wants to be told of answers that they do not see. Pure. */

/** What the site's owner offers. */
export type Notify = 'off' | 'sound' | 'desktop' | 'both'
/** What the visitor chose on this device; undefined: nothing yet. */
export type Choice = 'on' | 'off' | undefined

export interface Notices {
  readonly sound: boolean
  readonly desktop: boolean
  /** Only the browser's settings could change it. */
  readonly blocked: boolean
}

/** A sound alone may come unasked. Whatever needs a permission begins with the visitor's own press, and the sound with it. */
export function noticesFor(notify: Notify, choice: Choice, permission: NotificationPermission): Notices {
  const wanted = choice === 'on' || (choice === undefined && notify === 'sound')
  return {
    sound: wanted && (notify === 'sound' || notify === 'both'),
    desktop: wanted && (notify === 'desktop' || notify === 'both') && permission === 'granted',
    blocked: notify === 'desktop' && permission === 'denied',
  }
}
