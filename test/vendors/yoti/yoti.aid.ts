import { createPrivateKey, createPublicKey, randomUUID } from 'node:crypto';
import { existsSync, linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Decide, VendorAid } from '../../aid/vendor-aid.js';
import { type NotificationKey, notificationKey } from './yoti.signing.js';
import { startYotiVendor } from './yoti.vendor.js';

const CREDENTIALS = { sdk_id: '5d3add31-3a3a-4d3b-a6b4-347edb35264c', api_key: 'yoti-development-key' };

/** Yoti as an aid of development. */
export const YOTI_AID: VendorAid = {
  ...{ provider: 'yoti', port: 4108 },
  ...{ settings: {}, credentials: CREDENTIALS, callbackSecret: null },
  settingsAt: (origin) => ({ page_url: `${origin}/page`, notification_keys: [keptKey().spki] }),
  check: { verification_type: 'age', check_type: 'any_method' },
  outcomes: {
    COMPLETE: ['verified', 'age_met'],
    FAIL: ['failed', 'age_below_minimum'],
    ERROR: ['failed', 'document_fraud'],
    IN_PROGRESS: ['pending', 'provider_processing'],
    CANCELLED: ['expired', 'cancelled'],
    EXPIRED: ['expired', 'session_expired'],
  },
  pages: { idAt: ({ pathname, searchParams }) => (pathname === '/page' ? searchParams.get('sessionId') : null) },
  play: async (clock) => {
    const { sdk_id: sdkId, api_key: apiKey } = CREDENTIALS;
    const vendor = await startYotiVendor({ sdkId, apiKey, clock });
    const decided = (status: string, method?: string): Decide => {
      return (id) => {
        vendor.change(id, { status, updatedAt: clock.now(), ...(method !== undefined && { method }) });
        return vendor.notification(id, keptKey());
      };
    };
    return {
      vendor,
      decisions: {
        COMPLETE: decided('COMPLETE', 'AGE_ESTIMATION'),
        FAIL: decided('FAIL', 'AGE_ESTIMATION'),
        ERROR: decided('ERROR', 'DOC_SCAN'),
        IN_PROGRESS: decided('IN_PROGRESS'),
        CANCELLED: decided('CANCELLED'),
        EXPIRED: decided('EXPIRED'),
      },
    };
  },
};

/** One key for as long as there is a folder for data: the service is told of it before the vendor runs, by another process. */
function keptKey(): NotificationKey {
  const folder = join(process.cwd(), '.data');
  const file = join(folder, 'played-yoti.key');
  if (!existsSync(file)) keepKey(folder, file);
  const privateKey = createPrivateKey({ key: readFileSync(file), format: 'der', type: 'pkcs8' });
  const spki = createPublicKey(privateKey).export({ format: 'der', type: 'spki' }).toString('base64');
  return { privateKey, spki };
}

function keepKey(folder: string, file: string): void {
  const fresh = `${file}.${randomUUID()}`;
  mkdirSync(folder, { recursive: true });
  writeFileSync(fresh, notificationKey().privateKey.export({ format: 'der', type: 'pkcs8' }), { mode: 0o600 });
  try {
    // In one step, and only where another process was not faster.
    linkSync(fresh, file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    rmSync(fresh);
  }
}
