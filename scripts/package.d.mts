export declare function vsixFile(root: string): string;
