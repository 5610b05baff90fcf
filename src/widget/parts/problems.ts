/** What is done and said when something goes wrong: turns that were lost, refusals of a token endpoint, and the words for a visitor. */
export { createTurnRecovery } from '../../chat/turns/turn-recovery.ts'
export { ProblemNotice } from '../../ui/problems/problem-notice.tsx'
export { problemSentence } from '../../ui/problems/problem-text.ts'
export { problemsWords as words } from '../../ui/strings/english/problems.ts'
export { readOtherResponse, readTokenValue } from '../../visitor/token/unusual-token-response.ts'
