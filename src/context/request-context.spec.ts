import { ContextFault, requestContext, SCOPES } from './request-context.js';

const SOUND = {
  organizationId: '0192f0c1-2345-7890-abcd-ef0123456789',
  livemode: true,
  actor: { id: 'user:https://login.example:ada', principalId: 'ada' },
  scopes: SCOPES,
  requestId: 'r1',
};

describe('a request context', () => {
  it('is frozen all the way down', () => {
    const context = requestContext(SOUND);
    expect(context).toEqual(SOUND);
    expect([context, context.actor, context.scopes].every(Object.isFrozen)).toBe(true);
  });

  it.each([
    ['organizationId', { organizationId: SOUND.organizationId.toUpperCase() }],
    ['organizationId', { organizationId: 'acme' }],
    ['organizationId', { organizationId: undefined }],
    ['livemode', { livemode: 'true' }],
    ['actor', { actor: undefined }],
    ['actor', { actor: { id: '', principalId: 'ada' } }],
    ['actor', { actor: { id: 'user:ada' } }],
    ['scopes', { scopes: 'verifications:read' }],
    ['requestId', { requestId: undefined }],
  ])('is refused, by the name of its member %s and no value, with %j', (member, change) => {
    const make = (): unknown => requestContext({ ...SOUND, ...change } as never);
    expect(make).toThrow(ContextFault);
    expect(make).toThrow(new RegExp(`^the request context is malformed: ${member} must`));
    expect(make).not.toThrow(/acme|ada/);
  });
});
