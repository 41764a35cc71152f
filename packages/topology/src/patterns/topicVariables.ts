/** The broker replaces these variables in a topic permission by the user and the virtual host. */
export function expandVariables(pattern: string, user: string, vhost: string): string {
    return pattern.replaceAll("{username}", user).replaceAll("{vhost}", vhost);
}
