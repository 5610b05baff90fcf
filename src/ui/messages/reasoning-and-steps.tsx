/** What the agent did on the way to its answer: a line each, which opens on demand. */
import { useEffect, useState } from 'preact/hooks'
import type { AgentStep, Reasoning } from '../../chat/chat-state.ts'
import { whenIdle } from '../../platform/waiting/when-idle.ts'
import type { PanelContext } from '../panel-context.ts'
import type { ReasoningAndStepsProps } from '../parts.ts'
import { formatsFor } from '../strings/formats.ts'
import { interpolate } from '../strings/interpolate.ts'
import { Icon, type IconPath, icons } from '../theme/icons.tsx'
import { useStyles } from '../theme/use-styles.ts'
import stepStyles from './reasoning-and-steps.css?inline'
import { sourcesOf } from './sources.ts'

const SPARK: IconPath = 'M10 3.5l1.6 4.9 4.9 1.6-4.9 1.6L10 16.5l-1.6-4.9L3.5 10l4.9-1.6Z'
const CHEVRON: IconPath = 'M8 5.5l4.5 4.5L8 14.5'

export function ReasoningAndSteps({ panel, message }: ReasoningAndStepsProps) {
  useStyles(panel, stepStyles)
  return (
    <>
      {message.reasoning && (
        <ReasoningView
          panel={panel}
          reasoning={message.reasoning}
          thinking={message.status === 'streaming' && !message.text}
        />
      )}
      {panel.steps !== 'none' && message.steps.map((step) => <StepView key={step.id} panel={panel} step={step} />)}
    </>
  )
}

function ReasoningView(props: { panel: PanelContext; reasoning: Reasoning; thinking: boolean }) {
  const { panel, reasoning, thinking } = props
  const { strings } = panel
  const { durationMs } = reasoning
  // The words for a duration are slow to make, and the answer has just begun.
  const [idle, setIdle] = useState(false)
  useEffect(() => {
    return durationMs === undefined ? undefined : whenIdle(() => setIdle(true))
  }, [durationMs])
  const title = thinking
    ? strings.thinking
    : durationMs === undefined || !idle
      ? strings.thought
      : interpolate(strings.thoughtFor, {
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

function StepView({ panel, step }: { panel: PanelContext; step: AgentStep }) {
  const { strings } = panel
  const sources = step.kind === 'knowledge' && step.output ? sourcesOf(step.output) : []
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
  if (sources.length > 0) {
    return (
      <>
        <div class={`aside line ${running}`}>{line}</div>
        <ul class="chips sources" aria-label={strings.sources}>
          {sources.map(({ title, url }) => (
            <li key={`${title} ${url}`}>
              {url ? (
                <a class="chip" dir="auto" href={url} target="_blank" rel="noopener noreferrer nofollow ugc">
                  {title}
                </a>
              ) : (
                <span class="chip" dir="auto">
                  {title}
                </span>
              )}
            </li>
          ))}
        </ul>
      </>
    )
  }
  if (panel.steps !== 'full' || (!step.input && !step.output)) return <div class={`aside line ${running}`}>{line}</div>
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

/** JSON with one member per line. Other text stays as it is, and so does JSON with ids that a number cannot hold. */
function indented(text: string): string {
  if (!/^\s*[[{]/.test(text) || /\d{16}/.test(text)) return text
  try {
    return JSON.stringify(JSON.parse(text), undefined, 2)
  } catch {
    return text
  }
}
