// What a person has set on this machine: kept by account, for machines that several share.

export class Preferences {
  constructor(private readonly person: string) {}

  get(name: string): string | null {
    try {
      return window.localStorage.getItem(this.key(name));
    } catch {
      return null; // storage may be switched off
    }
  }

  set(name: string, value: string): void {
    try {
      window.localStorage.setItem(this.key(name), value);
    } catch {
      // then it holds for this page
    }
  }

  private key(name: string): string {
    return `qa:${this.person}:${name}`;
  }
}
