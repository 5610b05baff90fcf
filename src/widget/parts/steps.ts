/** What the agent did on the way to its answer. */
export { ReasoningAndSteps } from '../../ui/messages/reasoning-and-steps.tsx'
export { stepsWords as words } from '../../ui/strings/english/steps.ts'
