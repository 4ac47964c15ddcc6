package nethcti

// access is one of the two ways in that a PBX may have.
type access struct {
	// name is kept with a token.
	name string
	// rest is where REST begins, socket the path of the websocket.
	rest, socket string
	// bearer tells that the token is a JWT.
	bearer bool
}

// The two sides. The older may exist beside the newer.
var (
	newSide = &access{name: "api", rest: "/api", socket: "/api/ws/", bearer: true}
	oldSide = &access{name: "webrest", rest: "/webrest", socket: "/socket.io/"}
	sides   = []*access{newSide, oldSide}
)

// authorization is the header that a token goes by.
func (a *access) authorization(user, token string) string {
	if a.bearer {
		return "Bearer " + token
	}
	return user + ":" + token
}
