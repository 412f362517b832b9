# netdumplings: run, test, bench and install; each gets what it needs first.
PRESET ?= release
ARGS ?=

SUDO := $(shell [ "$$(id -u)" = 0 ] || echo sudo)
BUILD_NEEDS := build-essential cmake ninja-build pkg-config libzmq3-dev \
	libpcap-dev libarchive-dev libmsgpack-dev libwebsockets-dev \
	libxxhash-dev libssl-dev libmaxminddb-dev libwslay-dev python3-dev \
	zlib1g-dev libdeflate-dev
TEST_NEEDS := libcmocka-dev clang clang-format libclang-rt-14-dev python3 \
	python3-pytest python3-zmq python3-msgpack python3-websockets \
	python3-scapy python3-pip python3-setuptools python3-wheel iproute2 \
	dnsmasq-base bind9-dnsutils arping tcpdump tcpreplay tshark \
	netcat-openbsd chromium curl iputils-ping zstd lz4 docker.io \
	docker-compose debootstrap iptables
BENCH_NEEDS := $(TEST_NEEDS) dnscap nfdump argus-server libndpi-bin

# $(call install,PACKAGES): only what is missing, so that it works offline.
install = missing=$$(for p in $(1); do dpkg -s $$p >/dev/null 2>&1 || echo $$p; \
	done); [ -z "$$missing" ] || { $(SUDO) apt-get -q update && \
	$(SUDO) env DEBIAN_FRONTEND=noninteractive apt-get install -qy \
	--no-install-recommends $$missing; }

.PHONY: run build test bench install
run: build
	$(SUDO) build/$(PRESET)/bin/netdumplings $(ARGS)

build:
	@$(call install,$(BUILD_NEEDS))
	@command -v npm >/dev/null || { $(call install,npm); }
	@[ -f build/$(PRESET)/build.ninja ] || cmake --preset $(PRESET) \
		-DBUILD_TESTING=OFF
	cmake --build --preset $(PRESET)

test:
	@$(call install,$(BUILD_NEEDS) $(TEST_NEEDS))
	@command -v npm >/dev/null || { $(call install,npm); }
	cmake --preset $(PRESET) -DBUILD_TESTING=ON
	cmake --build --preset $(PRESET)
	$(SUDO) ctest --test-dir build/$(PRESET) --output-on-failure -j 2

bench: build
	@$(call install,$(BENCH_NEEDS))
	cmake --preset $(PRESET) -DBUILD_TESTING=ON
	cmake --build --preset $(PRESET) --target bench
	python3 tests/bench/bench.py build/$(PRESET)

install: build
	$(SUDO) cmake --install build/$(PRESET)
	$(SUDO) ldconfig
