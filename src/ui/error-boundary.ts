import { Component, type ComponentChildren } from 'preact'

interface GuardProps {
  /** Default: nothing. */
  readonly instead?: () => ComponentChildren
  readonly children?: ComponentChildren
}

/** What cannot be drawn costs itself alone: something simpler takes its place, and everything around it goes on. */
export class Guard extends Component<GuardProps, { readonly failed: boolean }> {
  override state = { failed: false }

  static override getDerivedStateFromError(): { readonly failed: boolean } {
    return { failed: true }
  }

  override render({ instead, children }: GuardProps): ComponentChildren {
    return this.state.failed ? instead?.() : children
  }
}
