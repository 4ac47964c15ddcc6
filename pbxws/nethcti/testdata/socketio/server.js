// The manners of a NethVoice CTI on a real socket.io: node server.js MAJOR [PORT]. The major version 2 has
// the older way in alone, 3 and 4 have the middleware's. SOCKETIO is where npm has put sio2, sio3 and sio4.
// It prints one line of JSON for what happens, and takes one for what to do: ["emit", NAME, ARG...],
// ["binary", NAME], ["kick"], ["drop"].
'use strict';
const crypto = require('crypto');
const http = require('http');
const path = require('path');
const readline = require('readline');

const [major, wanted] = [process.argv[2], Number(process.argv[3] || 0)];
const io = require(path.join(process.env.SOCKETIO, 'node_modules', 'sio' + major));
const older = major === '2';
const nonce = '2e68ce53a24aba66d85770067d650bc1f2958c3c';
const claims = Buffer.from('{"id":"alice","2fa":false,"otp_verified":false,"exp":4102444800}').toString('base64url');
const token = older
  ? crypto.createHmac('sha1', 'alicepw').update('alice:alicepw:' + nonce).digest('hex')
  : 'eyJhbGciOiJIUzI1NiJ9.' + claims + '.c2lnbmVk';
const me = {
  name: 'Alice Verdi', username: 'alice', mainPresence: 'online', presence: 'online',
  endpoints: { extension: [{ id: '201', type: 'physical' }], mainextension: [{ id: '201' }], voicemail: [{ id: '201' }] },
};
const bob = { name: 'Bob Bianchi', username: 'bob', endpoints: { extension: [{ id: '202' }], mainextension: [{ id: '202' }] } };
const lists = {
  '/user/me': me,
  '/user/endpoints/all': { alice: me, bob },
  '/astproxy/extensions': { 201: { exten: '201', status: 'online' }, 202: { exten: '202', status: 'online' } },
  '/astproxy/queues': {}, '/astproxy/parkings': {}, '/astproxy/trunks': {},
};
const say = what => process.stdout.write(JSON.stringify(what) + '\n');

function answer(request, body, reply) {
  const send = (status, value, headers) => {
    reply.writeHead(status, headers || { 'Content-Type': 'application/json' });
    reply.end(value === undefined ? '' : JSON.stringify(value));
  };
  const base = older ? '/webrest' : '/api';
  if (request.url === '/api/login' && !older) {
    const right = JSON.parse(body).password === 'alicepw';
    return send(right ? 200 : 401, right ? { code: 200, token } : { code: 401, message: 'incorrect Username or Password' });
  }
  if (request.url === '/webrest/authentication/login' && older) {
    const right = JSON.parse(body).password === 'alicepw';
    return send(401, undefined, right ? { 'www-authenticate': 'Digest ' + nonce } : {});
  }
  if (!request.url.startsWith(base + '/')) return send(404);
  const shown = request.headers.authorization;
  if (shown !== 'Bearer ' + token && shown !== 'alice:' + token) return send(401);
  const list = lists[request.url.slice(base.length)];
  return send(list ? 200 : 404, list);
}

const front = http.createServer((request, reply) => {
  let body = '';
  request.on('data', piece => { body += piece; });
  request.on('end', () => answer(request, body, reply));
});
const options = {
  path: older ? '/socket.io' : '/api/ws', transports: ['websocket'], allowUpgrades: false, serveClient: false,
  pingInterval: 1000, pingTimeout: older ? 20000 : 10000000,
};
const server = major === '4' ? new io.Server(front, options) : io(front, options);
const signedIn = new Set();
server.on('connection', socket => {
  socket.on('ping', ack => { if (typeof ack === 'function') ack(); });
  socket.on('login', (who, ack) => {
    say({ login: who.accessKeyId, ack: typeof ack === 'function', keys: Object.keys(who) });
    if (who.token !== token || who.accessKeyId !== 'alice') {
      socket.emit('401', { message: 'unauthorized access' });
      socket.disconnect();
      return;
    }
    signedIn.add(socket);
    socket.emit('authe_ok', { message: 'authorized successfully' });
  });
  socket.on('takeOverAck', () => say({ takeOverAck: true }));
  socket.on('disconnect', () => signedIn.delete(socket));
});
readline.createInterface({ input: process.stdin }).on('line', line => {
  const [what, ...args] = JSON.parse(line);
  for (const socket of [...signedIn]) {
    if (what === 'emit') socket.emit(...args);
    if (what === 'binary') socket.emit(args[0], { bytes: Buffer.from([1, 2, 3]) });
    if (what === 'kick') socket.disconnect();
    if (what === 'drop') socket.conn.close();
  }
}).on('close', () => process.exit(0));
front.listen(wanted, '127.0.0.1', () => say({ listening: front.address().port }));
