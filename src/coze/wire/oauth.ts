/**
 * What the token endpoint returns, https://www.coze.cn/docs/developer_guides/oauth_jwt
 *
 * Shapes only. Ids are decimal strings beyond 2^53, never numbers; times are Unix seconds. A reader must expect unknown fields and
 * values, and here and there a number spelled as a string.
 */

export interface WireTokenScope {
  account_permission?: { permission_list: string[] }
  attribute_constraint?: { connector_bot_chat_attribute: { bot_id_list: string[] } } | null
  workspace_permission?: { workspace_id_list: string[]; permission_list: string[] }
  workflow_permission?: { workflow_id_list: string[]; permission_list: string[] }
}

export interface WireTokenAnswer {
  access_token: string
  /** An absolute Unix timestamp in seconds, despite its name. */
  expires_in: number
  token_type?: string
}

export interface WireOAuthError {
  error_code: string
  error_message: string
  error?: string
}
