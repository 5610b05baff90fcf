/** How a visitor is told of an answer that they do not see. */
export const noticesWords = {
  notices: 'Tell me of new answers',
  noticesBlocked: 'Your browser blocks notifications of this site.',
} as const
