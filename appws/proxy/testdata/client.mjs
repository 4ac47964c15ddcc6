// A client with the websocket of node and nothing of ours: it logs in, has a text encrypted and hashed
// back, and prints what it got. Arguments: the address and the text; the password is in APPWS_PASSWORD.
import crypto from 'node:crypto';

const [url, text] = process.argv.slice(2);
const password = process.env.APPWS_PASSWORD;
const sha = s => crypto.createHash('sha256').update(s).digest('hex');

function rc4(key, data) {
  const s = [...Array(256).keys()];
  for (let i = 0, j = 0; i < 256; i++) {
    j = (j + s[i] + key[i % key.length]) & 255;
    [s[i], s[j]] = [s[j], s[i]];
  }
  let i = 0, j = 0;
  return data.map(b => {
    i = (i + 1) & 255;
    j = (j + s[i]) & 255;
    [s[i], s[j]] = [s[j], s[i]];
    return b ^ s[(s[i] + s[j]) & 255];
  });
}

const ws = new WebSocket(url);
let key;
const send = m => ws.send(JSON.stringify(m));
const crypt = (seed, data) => Buffer.from(rc4(Buffer.from(seed + ':' + key), data));
ws.onopen = () => send({ mt: 'AppChallenge' });
ws.onerror = () => { console.log('no connection'); process.exit(1); };
ws.onmessage = e => {
  const m = JSON.parse(e.data);
  switch (m.mt) {
    case 'AppChallengeResult':
      key = sha(`innovaphoneAppSessionKey:${m.challenge}:${password}`);
      send({ mt: 'AppLogin', app: 'echo', digest: sha(`echo:::::${m.challenge}:${password}`) });
      break;
    case 'AppLoginResult':
      send({ mt: 'Encrypted', api: 'echo', src: 'n1', seed: 'node', data: crypt('node', Buffer.from(text)).toString('hex') });
      break;
    case 'EncryptedResult': {
      const plain = crypt(m.seed, Buffer.from(m.data, 'hex')).toString();
      console.log(m.src, plain, m.hash === sha(`${m.seed}:${key}:${plain}`));
      ws.close(1000);
    }
  }
};
ws.onclose = e => { console.log('closed', e.code); process.exit(0); };
