import type { JsonObject } from '../../../src/platform/json.js';

/** What of a run a test decides. */
export interface OnfidoEntry {
  readonly status?: string;
  readonly reasons?: readonly string[];
  readonly error?: string;
  readonly updatedAt?: string;
  /** Members of the run as they are shown, in place of what they would be. */
  readonly shown?: JsonObject;
}

/** An applicant that the vendor keeps. */
export interface KeptApplicant {
  readonly id: string;
  readonly name: string;
  isDeleted: boolean;
}

/** A run as it was asked for. */
export interface SentRun {
  readonly applicant_id: string;
  readonly workflow_id: string;
  readonly tags: readonly string[];
  readonly customer_user_id: string;
  readonly link?: Readonly<Record<string, string>> | undefined;
}

/** A run that the vendor keeps. */
export interface KeptRun {
  readonly id: string;
  readonly createdAt: string;
  readonly sent: SentRun;
  readonly applicant: KeptApplicant;
  entry: OnfidoEntry;
}

/** The run as the API shows it. */
export function runOf({ id, createdAt, sent, applicant, entry }: KeptRun, region: string): JsonObject {
  const { status = 'awaiting_input', reasons = [], error, updatedAt = createdAt } = entry;
  return {
    id,
    applicant_id: sent.applicant_id,
    workflow_id: sent.workflow_id,
    workflow_version_id: 11,
    status,
    dashboard_url: `https://dashboard.onfido.com/results/${id}`,
    // What a workflow gives out is up to it; here it gives what must not be shown.
    output: applicant.isDeleted ? {} : { first_name: applicant.name, document_number: 'CANARY01X00T47' },
    reasons,
    error: error === undefined ? null : { type: error, message: `Words about ${applicant.name}.` },
    customer_user_id: sent.customer_user_id,
    tags: sent.tags,
    link: {
      completed_redirect_url: null,
      expired_redirect_url: null,
      expires_at: null,
      language: null,
      ...sent.link,
      url: `https://${region}.onfido.app/l/${id}`,
    },
    sdk_token: `sdk_${id}`,
    created_at: createdAt,
    updated_at: updatedAt,
    ...entry.shown,
  };
}
