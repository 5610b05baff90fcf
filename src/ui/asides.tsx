/** What the agent did on the way to its answer, one line each, open on demand. A chunk of its own. */
import { Fragment, h } from 'preact'
import { useLayoutEffect } from 'preact/hooks'
import type { AgentStep, AssistantMessage, Reasoning } from '../chat/chat-state.ts'
import asideStyles from './asides.css?inline'
import { fill } from './fill.ts'
import { formatsFor } from './formats.ts'
import { Icon, type IconPath, icons } from './icons.tsx'
import type { CompletePanel } from './panel-props.ts'

const SPARK: IconPath = 'M10 3.5l1.6 4.9 4.9 1.6-4.9 1.6L10 16.5l-1.6-4.9L3.5 10l4.9-1.6Z'
const CHEVRON: IconPath = 'M8 5.5l4.5 4.5L8 14.5'

export function Asides({ panel, message }: { panel: CompletePanel; message: AssistantMessage }) {
  useLayoutEffect(() => panel.addStyles(asideStyles), [])
  return (
    <>
      {message.reasoning && (
        <ReasoningView
          panel={panel}
          reasoning={message.reasoning}
          thinking={message.status === 'streaming' && !message.text}
        />
      )}
      {message.steps.map((step) => (
        <StepView key={step.id} panel={panel} step={step} />
      ))}
    </>
  )
}

function ReasoningView(props: { panel: CompletePanel; reasoning: Reasoning; thinking: boolean }) {
  const { panel, reasoning, thinking } = props
  const { strings } = panel
  const { durationMs } = reasoning
  const title = thinking
    ? strings.thinking
    : durationMs === undefined
      ? strings.thought
      : fill(strings.thoughtFor, {
          duration: formatsFor(panel.lang).seconds(Math.max(1, Math.round(durationMs / 1000))),
        })
  return (
    <details class="aside" part="reasoning">
      <summary class={thinking ? 'shimmer' : ''}>
        <Icon path={SPARK} />
        <span>{title}</span>
        <Icon path={CHEVRON} turn="flips" />
      </summary>
      <div class="aside-body" dir="auto">
        {reasoning.text}
      </div>
    </details>
  )
}

function StepView({ panel, step }: { panel: CompletePanel; step: AgentStep }) {
  const { strings } = panel
  const kind = { tool: strings.stepTool, knowledge: strings.stepKnowledge, other: strings.stepOther }[step.kind]
  const line = (
    <>
      <Icon path={step.status === 'failed' ? icons.alert : step.kind === 'knowledge' ? icons.list : SPARK} />
      <span>
        {kind}
        {step.title && <b> {step.title}</b>}
        {step.status === 'failed' && ` · ${strings.stepFailed}`}
      </span>
    </>
  )
  const running = step.status === 'running' ? 'shimmer' : ''
  if (!step.input && !step.output) return <div class={`aside line ${running}`}>{line}</div>
  return (
    <details class="aside">
      <summary class={running}>
        {line}
        <Icon path={CHEVRON} turn="flips" />
      </summary>
      <dl class="aside-body">
        {step.input && <Fact name={strings.stepInput} text={step.input} />}
        {step.output && <Fact name={strings.stepOutput} text={step.output} />}
      </dl>
    </details>
  )
}

function Fact({ name, text }: { name: string; text: string }) {
  return (
    <>
      <dt>{name}</dt>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reachable by keyboard */}
      <dd dir="auto" tabIndex={0}>
        {indented(text)}
      </dd>
    </>
  )
}

/** JSON a line a member, as people read it; anything else as it is, and so are ids that a number cannot hold. */
function indented(text: string): string {
  if (!/^\s*[[{]/.test(text) || /\d{16}/.test(text)) return text
  try {
    return JSON.stringify(JSON.parse(text), undefined, 2)
  } catch {
    return text
  }
}
