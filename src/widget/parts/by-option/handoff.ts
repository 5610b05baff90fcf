/** The way from the agent to a person. */
export { HandoffButton } from '../../../ui/handoff/handoff-button.tsx'
