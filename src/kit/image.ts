import { copied, onlyDefined } from '../kernel/data';
import { Rule, valueRule } from '../kernel/rule';
import { IMAGE_SYNTAX, isImage, isWholeNumber } from '../kernel/syntax';

/**
 * What the library has to know about an image, where it is not the one that the library uses by itself.
 */
export interface ContainerImageFacts {
  /**
   * Version of the program in the image, `3.4.2`.
   *
   * @default - read from the tag
   */
  readonly version?: string;

  /**
   * User id of the image.
   *
   * @default - that of the image that the library uses by itself
   */
  readonly uid?: number;

  /**
   * Group id of the image.
   *
   * @default - that of the image that the library uses by itself; `uid` where that is given
   */
  readonly gid?: number;
}

/**
 * An image of a program beside PostgreSQL: HAProxy, PgBouncer, pgAdmin, an exporter.
 */
export class ContainerImage {
  /**
   * An image.
   *
   * @param reference name with registry and tag or digest, as Kubernetes takes it.
   * @param facts what is inside, where the tag does not tell.
   */
  public static of(reference: string, facts: ContainerImageFacts = {}): ContainerImage {
    return new ContainerImage({ kind: 'of', reference, facts: copied(facts) });
  }

  private constructor(
    /** @internal */
    public readonly _data: { readonly kind: 'of'; readonly reference: string; readonly facts: ContainerImageFacts },
  ) {}
}

/** An image as a spec has it: every fact that the construct needs is known or missing. */
export interface ContainerImageSpec { readonly reference: string; readonly version?: string; readonly uid?: number; readonly gid?: number }

/** The image that a user gave, or the library's own. */
export function settleImage(image: ContainerImage | undefined, own: ContainerImageSpec): ContainerImageSpec {
  if (!image) { return { ...own, version: own.version ?? versionInTag(own.reference) }; }
  const { reference, facts: { version = versionInTag(reference), uid = own.uid, gid } } = image._data;
  return onlyDefined({ reference, version, uid, gid: gid ?? (image._data.facts.uid === undefined ? own.gid : uid) });
}

function versionInTag(reference: string): string | undefined {
  return /:v?(\d+(?:\.\d+)+)[^/:@]*(?:@|$)/.exec(reference)?.[1];
}

/** Major and minor version as one number to compare, 3.4.2 is 3004, and the patch level. */
export function versionNumber(version: string | undefined): { readonly number: number; readonly patch?: number } | undefined {
  const [, major, minor, patch] = /^v?(\d+)\.(\d+)(?:\.(\d+))?/.exec(version ?? '') ?? [];
  return major === undefined ? undefined : { number: Number(major) * 1000 + Number(minor), ...patch === undefined ? {} : { patch: Number(patch) } };
}

/** Checks of one image. */
export function imageRules<Input>(property: string, image: (input: Input) => ContainerImageSpec | undefined): Rule<Input>[] {
  return [
    valueRule('image-reference', property, IMAGE_SYNTAX, 'The kubelet refuses the image, or pods run different versions after the next restart.',
      input => image(input)?.reference, isImage),
    valueRule('image-version', `${property}.version`, 'a version, such as 3.4.2', 'The library would not know what the image can do.',
      input => image(input)?.version, version => versionNumber(version) !== undefined),
    {
      id: 'image-user',
      property,
      allowed: 'whole numbers, at least 1, as uid and gid',
      why: 'The pod runs as no root: the kubelet refuses user 0.',
      find: input => Object.entries({ uid: image(input)?.uid, gid: image(input)?.gid })
        .filter(([, value]) => value !== undefined && !isWholeNumber(value, 1)).map(([name, received]) => ({ property: `${property}.${name}`, received })),
    },
  ];
}
