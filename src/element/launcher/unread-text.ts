/** On the badge, and in the launcher's name: whoever calls a button by what they see has to find it (WCAG 2.5.3). */
export const unreadText = (unread: number): string => (unread > 99 ? '99+' : String(unread))
