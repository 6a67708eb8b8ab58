import type { StoredCheck } from '../check.record.js';
import { about, jsonOf, refuse, type Answer, type VendorRequest, type VendorState } from '../route.js';
import { callbackTarget } from './callback.target.js';

/** Takes the place where callbacks go from now on, those too that are tried again. */
export function putTarget({ sender }: VendorState, { body }: VendorRequest): Answer {
  const target = callbackTarget.safeParse(jsonOf(body));
  if (!target.success) return refuse(400, 'invalid_request');
  sender.target = target.data;
  return { status: 204, body: null };
}

/** No callbacks from now on. */
export function deleteTarget({ sender }: VendorState): Answer {
  sender.target = null;
  return { status: 204, body: null };
}

/** Sends what is held back; answered once nothing is on its way. */
export async function flush({ sender, courier }: VendorState): Promise<Answer> {
  if (sender.target === null) return refuse(409, 'no_callback_url');
  return { status: 200, body: { sent: await courier.flush() } };
}

/** Tells of the check's present state; answered once the receiver has answered, or has not. */
export async function tell({ sender, courier }: VendorState, check: StoredCheck): Promise<Answer> {
  if (sender.target === null) return { ...refuse(409, 'no_callback_url'), ...about(check) };
  return { ...about(check), status: 200, body: { ...(await courier.tell(check)) } };
}
