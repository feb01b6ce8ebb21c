/** As much of WebAssembly as the kernel needs: code without imports, run at once. Node's types do not declare it. */
declare const WebAssembly:
  | undefined
  | {
      validate(code: Uint8Array): boolean;
      readonly Module: new (code: Uint8Array) => object;
      readonly Instance: new <Exports>(module: object) => { readonly exports: Exports };
    };
