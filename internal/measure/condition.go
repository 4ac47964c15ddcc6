package main

import "time"

// condition is a row of the table of impairments: what a network does to packets, in both
// directions.
type condition struct {
	name    string
	loss    float64 // share of packets, 0 to 1
	burst   float64 // mean length of a loss in packets, up to 1 for independent losses
	delay   time.Duration
	jitter  time.Duration // uniform, on top of delay
	reorder bool          // a late packet does not delay those after it
	goal    hearing
	peers   [2]hearing // Chromium's, and that of Debian's baresip 1.0.0
}

// hearing is how speech arrives.
type hearing struct {
	likeness  float64 // NSIM, 1 is the same
	delay     float64 // mouth to ear in ms, with the sound cards and the network
	concealed float64 // percent of the time that was concealed; below 0 is unknown
}

const ms = time.Millisecond

// conditions are those under which the peers were measured, each with the means of two runs: likeness
// within 0.02, delay within 20 ms.
var conditions = []condition{
	{name: "clean", goal: hearing{.92, 55, 0}, peers: [2]hearing{{.916, 160, 0}, {.920, 338, -1}}},
	{name: "loss 5 %", loss: .05, goal: hearing{.90, 90, 1.0}, peers: [2]hearing{{.897, 158, 1.0}, {.884, 302, -1}}},
	{name: "loss 10 %", loss: .10, goal: hearing{.875, 90, 2.2}, peers: [2]hearing{{.874, 159, 2.2}, {.846, 300, -1}}},
	{name: "loss 20 %", loss: .20, goal: hearing{.84, 100, 5.9}, peers: [2]hearing{{.837, 144, 5.9}, {.692, 304, -1}}},
	{name: "bursts 10 %", loss: .10, burst: 3, goal: hearing{.86, 130, 6.4}, peers: [2]hearing{{.860, 212, 6.4}, {.777, 267, -1}}},
	{name: "jitter 30", delay: 10 * ms, jitter: 30 * ms, goal: hearing{.93, 110, .3}, peers: [2]hearing{{.929, 210, 0}, {.922, 367, -1}}},
	{name: "jitter 60", delay: 10 * ms, jitter: 60 * ms, goal: hearing{.915, 150, .3}, peers: [2]hearing{{.914, 270, 0}, {.905, 372, -1}}},
	{name: "jitter 100", delay: 10 * ms, jitter: 100 * ms, goal: hearing{.93, 200, .5}, peers: [2]hearing{{.922, 330, 0}, {.932, 378, -1}}},
	{name: "reorder 40", delay: 10 * ms, jitter: 40 * ms, reorder: true, goal: hearing{.93, 130, .3}, peers: [2]hearing{{.907, 275, 0}, {.928, 368, -1}}},
	{name: "jit 60 loss 5", delay: 20 * ms, jitter: 60 * ms, loss: .05, goal: hearing{.89, 180, .65}, peers: [2]hearing{{.892, 276, .65}, {.874, 368, -1}}},
}
