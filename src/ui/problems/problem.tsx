import type { ProblemNoticeProps } from '../parts.ts'
import { useLoading } from '../use-part.ts'

/** A problem in words, with the one button that helps. Where those cannot be loaded, the connection is what has failed. */
export function Problem(props: ProblemNoticeProps) {
  const { loaded, failed } = useLoading('problems')
  const { strings } = props.panel
  if (loaded) return <loaded.ProblemNotice {...props} />
  if (!failed) return null
  return (
    <p class="footnote">
      {strings.problemNetwork}
      <button type="button" class="text-button" onClick={() => props.onAction('retry')}>
        {strings.retry}
      </button>
    </p>
  )
}
