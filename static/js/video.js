// A video of another provider: nothing is asked for there before the reader agrees. Without this module the link remains.

for (const video of document.querySelectorAll("[data-player-url]")) {
  const button = video.querySelector("[data-play]");
  button.hidden = false;
  button.addEventListener("click", () => {
    const player = document.createElement("iframe");
    player.className = "video__player";
    player.title = video.querySelector("figcaption").textContent;
    player.allow = "autoplay; encrypted-media; fullscreen; picture-in-picture";
    // The provider plays only for pages that say where they are; it learns the site, not the article.
    player.referrerPolicy = "strict-origin";
    player.src = video.dataset.playerUrl;
    video.querySelector(".video__poster")?.remove();
    video.querySelector(".video__consent").replaceWith(player);
    player.focus();
  });
}
