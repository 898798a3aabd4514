export function nginxPlace(): string | undefined;
