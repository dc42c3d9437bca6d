// One browser and one Lighthouse for all looks: an address per line comes in, its scores go out.
import { launch } from 'chrome-launcher';
import lighthouse from 'lighthouse';
import { createInterface } from 'node:readline';

const [categories, ...chromeFlags] = process.argv.slice(2);
const browser = await launch({ chromePath: process.env.CHROME_PATH, chromeFlags });
const options = { port: browser.port, logLevel: 'error', onlyCategories: categories.split(',') };
for await (const address of createInterface({ input: process.stdin })) {
  const { lhr } = await lighthouse(address, options);
  const scores = Object.values(lhr.categories).map(one => [one.id, one.score * 100]);
  const bytes = lhr.audits['total-byte-weight'].numericValue;
  console.log(JSON.stringify([Object.fromEntries(scores), bytes / 1000, lhr.runtimeError ?? null]));
}
browser.kill();
