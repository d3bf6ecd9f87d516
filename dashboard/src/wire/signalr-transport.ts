import type { HubConnection } from '@microsoft/signalr';
import { HttpTransportType, HubConnectionBuilder, LogLevel } from '@microsoft/signalr';
import { decodeHubMessage, decodeList, decodePoint } from './decode';
import { DecodeError } from './reader';
import type { Transport, TransportEvents } from './transport';
import { hubMessageKinds } from './types';

/** The SignalR hub: JSON over one WebSocket. Reconnecting is the connection's business, not this one's. */
export function createSignalRTransport(url: string): Transport {
  let current: HubConnection | null = null;
  let events: TransportEvents | null = null;

  const malformed = (error: DecodeError): void => events?.malformed(error);

  return {
    async connect(target) {
      const before = current;
      current = null;
      await before?.stop();
      events = target;
      const hub = new HubConnectionBuilder()
        .withUrl(url, { transport: HttpTransportType.WebSockets, skipNegotiation: true })
        .configureLogging(LogLevel.None)
        .build();
      hub.serverTimeoutInMilliseconds = 20_000;
      hub.keepAliveIntervalInMilliseconds = 7_000;
      current = hub;
      for (const kind of hubMessageKinds) {
        hub.on(kind, (payload: unknown) => {
          try {
            target.message(decodeHubMessage(kind, payload, malformed));
          } catch (error) {
            if (!(error instanceof DecodeError)) throw error;
            target.malformed(error);
          }
        });
      }
      hub.onclose(() => {
        if (current === hub) target.closed();
      });
      await hub.start();
    },
    async watch(symbol, fromN) {
      if (current === null) throw new Error('not connected');
      const answer: unknown = await current.invoke('watch', symbol, fromN);
      return decodeList(answer ?? [], `watch(${symbol})`, decodePoint, malformed);
    },
    async unwatch(symbol) {
      await current?.invoke('unwatch', symbol);
    },
    async close() {
      const hub = current;
      current = null;
      await hub?.stop();
    },
  };
}
