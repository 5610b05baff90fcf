import { type ComponentType, createElement, type VNode } from 'preact'

function differs(before: object, after: object): boolean {
  const keys = Object.keys(after) as (keyof typeof after)[]
  return keys.length !== Object.keys(before).length || keys.some((key) => before[key] !== after[key])
}

/** Draws again only when a prop is another value; messages are immutable, so a streaming answer redraws nothing but itself. */
export function memo<Props extends object>(component: ComponentType<Props>): (props: Props) => VNode<Props> {
  return function Memo(this: unknown, props: Props) {
    const instance = this as { props: Props; shouldComponentUpdate(next: Props): boolean }
    instance.shouldComponentUpdate = (next) => differs(instance.props, next)
    return createElement(component, props)
  }
}
