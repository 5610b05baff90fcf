import { formatReport, type Report } from './findings.ts'

/** Prints a report and sets the exit code: 0 when nothing is wrong, else 1. Colours only on a terminal without `NO_COLOR`. */
export function printReport(report: Report, asJson = false): void {
  const colour = process.stdout.isTTY === true && process.env['NO_COLOR'] === undefined
  console.log(asJson ? JSON.stringify(report, undefined, 2) : formatReport(report, { colour }))
  process.exitCode = report.ok ? 0 : 1
}
