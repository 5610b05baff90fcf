/** How a visitor is told of an answer that they do not see. */
export const noticesWords = {
  notices: 'Notify me of new answers',
  noticesBlocked: 'Your browser blocks notifications from this site.',
} as const
