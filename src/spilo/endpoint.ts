import { urlHost } from '../kernel/syntax';

/**
 * Where something listens.
 */
export class Endpoint {
  /** Host name: with the namespace where that is known. */
  public readonly hostname: string;
  /** Port. */
  public readonly port: number;

  /**
   * @param hostname host name or address.
   * @param port port.
   */
  public constructor(hostname: string, port: number) {
    this.hostname = hostname;
    this.port = port;
  }

  /** Both as one text: `orders.shop.svc:5432`. */
  public get socketAddress(): string {
    return `${urlHost(this.hostname)}:${this.port}`;
  }
}

/** The host name of a Service, for pods of every namespace where the Service's is known. */
export function serviceHost(service: string, namespace?: string): string {
  return namespace === undefined ? service : `${service}.${namespace}.svc`;
}
