/** What the agent did on the way to its answer. */
export const stepsWords = {
  sources: 'Sources',
  thought: 'Thought process',
  thoughtFor: 'Thought for {duration}',
  stepTool: 'Used a tool',
  stepKnowledge: 'Searched the knowledge base',
  stepOther: 'Completed a step',
  stepFailed: 'failed',
  stepInput: 'Input',
  stepOutput: 'Result',
} as const
