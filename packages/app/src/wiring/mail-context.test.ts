import { describe, expect, it } from "vitest";
import { zConfig } from "../config.ts";
import { mailContext } from "./mail-context.ts";

const asset = (match: string, tags: readonly string[]) => ({ match, tags });

describe("what the inventory tells about mail", () => {
  it("partners and executives, by their tags", () => {
    const { assets } = zConfig.shape;
    const found = mailContext({
      mail: { servers: ["MX.corp.example"], ownDomains: ["Corp.example"], partnerDomains: [] },
      assets: assets.parse([
        asset("domain:friends.example", ["partner"]),
        asset("user:ada.lovelace@corp.example", ["executive", "mail:Ada@home.example"]),
        asset("user:cto", ["vip", "name:Grace Hopper"]),
        asset("user:bob@corp.example", ["department:sales"]),
      ]),
    });
    expect(found).toMatchObject({
      ...{ servers: ["mx.corp.example"], ownDomains: ["corp.example"], partnerDomains: ["friends.example"] },
      persons: [
        { name: "ada lovelace", addresses: ["ada.lovelace@corp.example", "ada@home.example"] },
        { name: "Grace Hopper", addresses: [] },
      ],
    });
  });
});
