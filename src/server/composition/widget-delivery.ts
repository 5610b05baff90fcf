/** The widget's files, which need neither keys nor Coze. */
import type { RouteHandler } from '../http/route-table.ts'
import type { TokenServiceOptions } from '../service-options.ts'
import { servedSettings, settingsStatement } from '../widget/served-settings.ts'
import { createWidgetRoutes } from '../widget/widget-routes.ts'
import type { ServiceParts } from './service-parts.ts'

/** @returns the route of a path, by its whole text; none without the option `widget` */
export function createWidgetDelivery(
  { widget, bots = [], apiBase, region }: TokenServiceOptions,
  { basePath, gateway }: ServiceParts,
): (path: string) => RouteHandler | undefined {
  if (widget === undefined) return () => undefined
  const { files, path = basePath, ui, preview = false } = widget
  const settings = servedSettings({
    basePath,
    widgetPath: path,
    targets: bots,
    gateway: Boolean(gateway),
    apiBase,
    region,
    ui,
  })
  return createWidgetRoutes({
    files,
    path,
    statement: settingsStatement(settings),
    preview: preview ? bots : undefined,
  })
}
