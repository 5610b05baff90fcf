import { generateKeyPairSync } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { importPrivateKey } from '../../../../src/server/upstream/assertion/private-key.ts'
import { PUBLIC_KEY } from '../../support/test-service.ts'

const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
const pkcs8 = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()
const pkcs1 = privateKey.export({ type: 'pkcs1', format: 'pem' }).toString()
const bare = (pem: string) => pem.replace(/-----[^-]+-----/g, '').replace(/\s/g, '')

describe('the private key', () => {
  const forms: Record<string, string> = {
    'PKCS#8 PEM': pkcs8,
    'PKCS#1 PEM': pkcs1,
    'with \\n as two characters': pkcs8.replaceAll('\n', '\\n'),
    'with \\r\\n as four characters': pkcs8.replaceAll('\n', '\\r\\n'),
    'in double quotes': `"${pkcs8}"`,
    'in single quotes, escaped': `'${pkcs1.replaceAll('\n', '\\n')}'`,
    'with Windows line ends': pkcs8.replaceAll('\n', '\r\n'),
    'on one line with spaces': pkcs8.trim().replaceAll('\n', ' '),
    'on one line without anything': pkcs1.replaceAll('\n', ''),
    'as base64 without header, PKCS#8': bare(pkcs8),
    'as base64 without header, PKCS#1': bare(pkcs1),
    'as base64 of the whole file': Buffer.from(pkcs8).toString('base64'),
    'as base64 of an escaped PKCS#1 file': Buffer.from(pkcs1.replaceAll('\n', '\\n')).toString('base64'),
    'with a byte order mark and blanks around it': `\uFEFF \n${pkcs8}\n\n `,
    'indented, as in YAML': pkcs8.replaceAll('\n', '\n    '),
  }
  const escaped: Record<string, string> = {
    'with doubled backslashes': pkcs8.replaceAll('\n', '\\\\n'),
    'with doubled backslashes and Windows line ends': pkcs1.replaceAll('\n', '\\\\r\\\\n'),
    'escaped three times': pkcs8.replaceAll('\n', '\\\\\\\\n'),
    'with %0A': pkcs8.replaceAll('\n', '%0A'),
    'with %0D%0A': pkcs8.replaceAll('\n', '%0d%0a'),
    'percent-encoded as a whole': encodeURIComponent(pkcs8),
    'written as in a form': new URLSearchParams({ '': pkcs1 }).toString().slice(1),
    'as a string of JSON': JSON.stringify(pkcs8),
    'as a string of JSON with escaped slashes': JSON.stringify(pkcs8).replaceAll('/', '\\/'),
    'as base64 of the whole, in lines': Buffer.from(pkcs8)
      .toString('base64')
      .replace(/(.{64})/g, '$1\n'),
    'as base64 of the whole, quoted': `"${Buffer.from(pkcs1).toString('base64')}"`,
    'as base64url of the whole': Buffer.from(pkcs8).toString('base64url'),
    'behind its certificate': `-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n${pkcs8}`,
    'behind its public key': PUBLIC_KEY + pkcs1,
  }
  for (const [form, text] of Object.entries(escaped)) {
    it(`F91: is read ${form}`, async () => {
      expect(await importPrivateKey(text)).toMatchObject({ type: 'private', extractable: false })
    })
  }

  it('F91: that is locked by a password is called that, in whatever form, with the command that unlocks it', async () => {
    const cipher = { cipher: 'aes-256-cbc', passphrase: 'x' } as const
    const lockedPkcs8 = privateKey.export({ type: 'pkcs8', format: 'pem', ...cipher }).toString()
    const lockedPkcs1 = privateKey.export({ type: 'pkcs1', format: 'pem', ...cipher }).toString()
    const lockedDer = privateKey.export({ type: 'pkcs8', format: 'der', ...cipher }).toString('base64')
    for (const text of [
      ...[lockedPkcs8, lockedPkcs1, lockedDer, bare(lockedPkcs8)],
      ...[lockedPkcs1.replaceAll('\n', '\\n'), lockedPkcs1.replaceAll('\n', '\\\\n'), encodeURIComponent(lockedPkcs1)],
      Buffer.from(lockedPkcs1).toString('base64'),
    ]) {
      await expect(importPrivateKey(text)).rejects.toThrow(/locked by a password.*openssl pkey -in/)
    }
  })

  for (const [form, text] of Object.entries(forms)) {
    it(`F67: is read ${form}`, async () => {
      const key = await importPrivateKey(text)
      expect(key).toMatchObject({ type: 'private', extractable: false })
    })
  }

  it('T19 F67: of the wrong kind is refused with a cure and without any of its text', async () => {
    const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey
    const weak = generateKeyPairSync('rsa', { modulusLength: 1024 }).privateKey
    const locked = privateKey
      .export({ type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'x' })
      .toString()
    const lockedOld = privateKey
      .export({ type: 'pkcs1', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'x' })
      .toString()
    const rows: [string, RegExp][] = [
      ['', /is empty/],
      ['this is not a key!', /BEGIN PRIVATE KEY/],
      [PUBLIC_KEY, /public key/],
      [ec.export({ type: 'sec1', format: 'pem' }).toString(), /EC key/],
      [ec.export({ type: 'pkcs8', format: 'pem' }).toString(), /not a readable RSA/],
      [weak.export({ type: 'pkcs8', format: 'pem' }).toString(), /1024 bits/],
      [locked, /ENCRYPTED/],
      [lockedOld, /password|cut off|damaged/],
      [pkcs8.slice(0, 800), /cut off/],
      [pkcs8.replace(/.{64}\n/, ''), /not a readable RSA/],
      ['-----BEGIN OPENSSH PRIVATE KEY-----\nAAAA\n-----END OPENSSH PRIVATE KEY-----', /OPENSSH/],
      [`-----BEGIN DSA PRIVATE KEY-----\n${'CANARY'.repeat(10)}\n-----END DSA PRIVATE KEY-----`, /of the kind "DSA/],
      [Buffer.from('rubbish '.repeat(40)).toString('base64'), /not a readable RSA/],
    ]
    for (const [text, message] of rows) {
      const error = await importPrivateKey(text, 'COZE_PRIVATE_KEY').then(
        () => expect.unreachable(String(message)),
        (thrown: unknown) => thrown,
      )
      expect(error).toMatchObject({ code: 'misconfigured', message: expect.stringMatching(message) })
      expect(String(error)).toContain('COZE_PRIVATE_KEY')
      for (const line of text.split('\n').filter((part) => part.length > 20 && !part.startsWith('-----'))) {
        expect(JSON.stringify(error) + String((error as Error).stack)).not.toContain(line)
      }
    }
  })
})
