// What the program uses of Node, so that no types of it need be installed.
declare const process: { readonly argv: string[]; exitCode: number };
