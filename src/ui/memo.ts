import { type Component, type FunctionComponent, h } from 'preact'

/**
 * A component that is drawn again only when one of its props is another value. Messages are immutable, so a growing answer draws
 * nothing but itself. (Preact has this in `preact/compat`, which brings much more.)
 */
export function memo<Props extends object>(inner: FunctionComponent<Props>): FunctionComponent<Props> {
  return function Memoized(this: Component<Props>, props: Props) {
    this.shouldComponentUpdate = (next) =>
      (Object.keys(next) as (keyof Props)[]).some((name) => this.props[name] !== next[name])
    return h(inner, props)
  }
}
