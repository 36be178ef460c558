// C and C++ contestants: runs what its arguments say once and prints the figures.
#include "arguments.hpp"
#include "nanomsg.hpp"
#include "payloads.hpp"
#include "queues.hpp"
#include "shapes.hpp"
#include "zeromq.hpp"

template <class P> void with(const Arguments &arguments) {
  auto contestant = arguments.text("contestant");
  if (contestant == "moodycamel") return shape<Moodycamel<P>, P>(arguments);
  if (contestant == "tbb") return shape<Tbb<P>, P>(arguments);
  unsupported(contestant);
}

int main(int argc, char **argv) {
  Arguments arguments(argc, argv);
  auto contestant = arguments.text("contestant");
  if (contestant == "zmq") return zeromq::run(arguments), 0;
  if (contestant == "nng") return nanomsg::run(arguments), 0;
  auto payload = arguments.text("payload");
  long frames = arguments.number("frames", 0);
  if (payload == "shared" && frames == 0) with<Shared<64>>(arguments);
  else if (payload == "shared" && frames == 1) with<Frames<Shared<64>, 1>>(arguments);
  else if (payload == "shared" && frames == 3) with<Frames<Shared<64>, 3>>(arguments);
  else if (payload == "large") with<Shared<1 << 20>>(arguments);
  else if (payload == "fresh" && frames == 0) with<Fresh>(arguments);
  else if (payload == "fresh" && frames == 1) with<Frames<Fresh, 1>>(arguments);
  else if (payload == "fresh" && frames == 3) with<Frames<Fresh, 3>>(arguments);
  else if (payload == "word" && frames == 0) with<Word>(arguments);
  else if (payload == "word" && frames == 1) with<Frames<Word, 1>>(arguments);
  else if (payload == "word" && frames == 3) with<Frames<Word, 3>>(arguments);
  else unsupported(payload);
}
